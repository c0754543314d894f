/**
 * A study of merge methods on real families of models: how much of an expert survives when most of
 * its delta is dropped, and how much of all experts survives in one merged model. Candidates are
 * made, run and thrown away in memory. A method joins as a {@link dev.amalgam.bench.study.Variant}
 * in {@link dev.amalgam.bench.study.Variants}.
 */
package dev.amalgam.bench.study;
