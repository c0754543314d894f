/** Reads recipes: YAML to the records of {@code dev.amalgam.core.recipe}, every key checked. */
package dev.amalgam.io.recipe;
