/** Whole runs from files to files: what the command line and users of the library call. */
package dev.amalgam.job;
