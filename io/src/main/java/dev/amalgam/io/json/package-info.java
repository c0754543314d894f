/** How Amalgam reads and writes JSON files, everywhere alike. */
package dev.amalgam.io.json;
