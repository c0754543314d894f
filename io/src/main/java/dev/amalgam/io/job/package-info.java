/**
 * Whole runs from files to files: what the command line and users of the library call. Jobs report
 * progress as events and print nothing.
 */
package dev.amalgam.io.job;
