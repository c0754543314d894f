/** The commands: options in, messages and exit codes out. No arithmetic happens here. */
package dev.amalgam.cli;
