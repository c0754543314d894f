/**
 * Kills merges at random moments. {@link dev.amalgam.bench.kill.Kills} checks that what such a
 * merge leaves is a whole model or none, and that the next merge puts everything right.
 */
package dev.amalgam.bench.kill;
