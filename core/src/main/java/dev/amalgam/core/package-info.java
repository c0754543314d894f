/** What every part of Amalgam shares: the root of its exceptions. */
package dev.amalgam.core;
