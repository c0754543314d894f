/**
 * The safetensors format, version 0.8 of its reference implementation: a file is the length of its
 * header (8 bytes, little-endian), the header (JSON: type, shape and byte range of each tensor, and
 * free metadata), and the tensors' data without gaps.
 *
 * <p>{@link dev.amalgam.io.safetensors.SafetensorsFile} reads one, {@link
 * dev.amalgam.io.safetensors.SafetensorsWriter} writes one, equal byte for byte to what the
 * reference implementation writes. Reading is stricter than the reference in two ways: repeated
 * keys and unknown keys in a tensor's entry are errors.
 */
package dev.amalgam.io.safetensors;
