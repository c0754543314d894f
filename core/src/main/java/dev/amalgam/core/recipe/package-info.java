/** The recipe of a merge as immutable records; parsing is the business of whoever reads files. */
package dev.amalgam.core.recipe;
