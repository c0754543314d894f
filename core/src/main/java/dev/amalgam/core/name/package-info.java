/** What tensors' names say: which model they belong to, and how tools spell them differently. */
package dev.amalgam.core.name;
