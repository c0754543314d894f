/** A block of a tensor on its way through a merge: its memory, its sums, its random draws. */
package dev.amalgam.core.block;
