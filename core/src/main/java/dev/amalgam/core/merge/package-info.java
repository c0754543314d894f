/**
 * The merge methods, one class each, and what they are made of. A method sees one tensor at a time,
 * as float32 blocks; it opens no file and starts no thread. To add a method: write its class, and
 * list it in {@link dev.amalgam.core.merge.MergeMethods}, or provide it as a service of {@link
 * dev.amalgam.core.merge.MergeMethod} in another jar.
 */
package dev.amalgam.core.merge;
