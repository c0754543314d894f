/**
 * Tries Amalgam on damaged files. {@link dev.amalgam.bench.fuzz.Corpus} makes whole ones, a {@link
 * dev.amalgam.bench.fuzz.Mutator} damages some, a {@link dev.amalgam.bench.fuzz.Scenario} gives
 * them to a job, and {@link dev.amalgam.bench.fuzz.Trial} judges what came of it: every job works
 * or says in one line why not, and leaves nothing half-written.
 */
package dev.amalgam.bench.fuzz;
