/** What every part of Amalgam shares: the root of its exceptions, and how names compare. */
package dev.amalgam.core;
