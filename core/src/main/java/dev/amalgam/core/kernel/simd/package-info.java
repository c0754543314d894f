/**
 * The SIMD twins, written with the incubating Vector API. Only {@link
 * dev.amalgam.core.kernel.Kernels} may name this package, and only by reflection: its classes
 * cannot be linked where the module {@code jdk.incubator.vector} is absent.
 */
package dev.amalgam.core.kernel.simd;
