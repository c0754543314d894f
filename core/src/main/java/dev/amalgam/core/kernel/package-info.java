/**
 * Loops over arrays of float32, one interface a family, each with a scalar and a SIMD twin that
 * give equal bits whatever the vector width. Kernels know nothing of files, recipes or threads;
 * {@link dev.amalgam.core.kernel.Kernels} says which twins a process uses.
 */
package dev.amalgam.core.kernel;
