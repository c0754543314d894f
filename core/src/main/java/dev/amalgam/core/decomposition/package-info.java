/** Factorisations of matrices, on the products of {@link dev.amalgam.core.matrix}. */
package dev.amalgam.core.decomposition;
