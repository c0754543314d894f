/**
 * Regular expressions in Oniguruma's syntax, as tokenizers have them: no recursion over the text, a
 * bound on the work, and a refusal of everything whose meaning is not known exactly. Not exported.
 */
package dev.amalgam.io.regex;
