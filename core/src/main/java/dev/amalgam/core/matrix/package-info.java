/** Products of matrices, packed into panels for the kernels and shared out among workers. */
package dev.amalgam.core.matrix;
