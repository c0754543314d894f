/**
 * The merge methods, one class each, and what they are made of. A method sees one tensor at a time,
 * as float32 blocks; it opens no file and starts no thread. To add a method: write its class, list
 * it in {@link dev.amalgam.core.merge.MergeMethods}.
 */
package dev.amalgam.core.merge;
