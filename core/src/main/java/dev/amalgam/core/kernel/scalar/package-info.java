/** The scalar twins: the definition of every kernel, and what runs where there is no Vector API. */
package dev.amalgam.core.kernel.scalar;
