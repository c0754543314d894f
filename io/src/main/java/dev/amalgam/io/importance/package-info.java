/** Importance scores on disk. */
package dev.amalgam.io.importance;
