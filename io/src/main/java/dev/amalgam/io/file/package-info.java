/** Files read and written at positions, and their failures in words. Not exported. */
package dev.amalgam.io.file;
