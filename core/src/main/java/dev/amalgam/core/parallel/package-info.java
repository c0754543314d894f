/** Threads that share out numbered pieces of work. */
package dev.amalgam.core.parallel;
