/** What a model and examples tell a merge method. */
package dev.amalgam.core.evidence;
