/**
 * JMH benchmarks and the table they end in. A new benchmark is a JMH class in this package: methods
 * with {@code @OperationsPerInvocation} for the elements they work on, and a {@link
 * dev.amalgam.bench.Traffic} argument that is told of the bytes moved. {@link
 * dev.amalgam.bench.Report} finds it.
 */
package dev.amalgam.bench;
