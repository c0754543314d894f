package dev.amalgam.io.safetensors;

import static dev.amalgam.core.AmalgamException.quote;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.PositionalFile;
import dev.amalgam.io.safetensors.SafetensorsHeader.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads the header of a file, checking in the order in which the bytes arrive: the length, the
 * JSON, that the entries cover the data without gap or overlap, and that the file ends where they
 * do.
 */
final class HeaderReader {

  private static final String CUT = "; the download was probably cut short, download it again";

  private final PositionalFile file;
  private final String name;

  private HeaderReader(PositionalFile file, Path path) {
    this.file = file;
    this.name = quote(path.toString());
  }

  /**
   * Returns the header of {@code file}.
   *
   * @throws IOException if the file cannot be read
   * @throws CheckpointException if it is malformed
   */
  static SafetensorsHeader read(PositionalFile file, Path path) throws IOException {
    return new HeaderReader(file, path).read();
  }

  private SafetensorsHeader read() throws IOException {
    long fileBytes = file.size();
    if (fileBytes < Long.BYTES) {
      throw malformed(
          "is "
              + fileBytes
              + " bytes long, too short for the 8 that a safetensors file opens with"
              + CUT);
    }
    byte[] lengthField = bytes(0, Long.BYTES);
    int length = headerLength(lengthField, fileBytes);
    HeaderParser.Parsed parsed = HeaderParser.parse(name, bytes(Long.BYTES, length));
    List<Entry> entries = new ArrayList<>(parsed.entries());
    // Stable: tensors without data that share a place stay as the header has them.
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    checkCoverage(entries);
    var header = new SafetensorsHeader(entries, parsed.metadata(), Long.BYTES + (long) length);
    checkEnd(header, fileBytes - header.dataStart());
    return header;
  }

  private int headerLength(byte[] field, long fileBytes) {
    long length = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String claim = "says that its header is " + Long.toUnsignedString(length) + " bytes long";
    if (Long.compareUnsigned(length, SafetensorsHeader.MAX_BYTES) > 0) {
      if (new String(field, StandardCharsets.ISO_8859_1).equals("version ")) {
        throw malformed("is a Git LFS pointer, not the tensors; run 'git lfs pull' in its folder");
      }
      throw malformed(
          claim
              + ", and "
              + SafetensorsHeader.MAX_BYTES
              + " is the most allowed; it is no safetensors file, or damaged");
    }
    if (length > fileBytes - Long.BYTES) {
      throw malformed(claim + ", but only " + (fileBytes - Long.BYTES) + " bytes follow" + CUT);
    }
    return (int) length;
  }

  private void checkCoverage(List<Entry> entries) {
    Entry before = null;
    for (Entry entry : entries) {
      long end = before == null ? 0 : before.end();
      if (entry.begin() != end) {
        throw new CheckpointException(
            "The header of %s, tensor %s: its data begins at %d, but %s at %d: %s"
                    .formatted(
                        name,
                        quote(entry.tensor().name()),
                        entry.begin(),
                        before == null
                            ? "the data of the file begins"
                            : "that of " + quote(before.tensor().name()) + " ends",
                        end,
                        entry.begin() < end
                            ? "they overlap"
                            : (entry.begin() - end) + " bytes between belong to no tensor")
                + "; the file is damaged");
      }
      before = entry;
    }
  }

  private void checkEnd(SafetensorsHeader header, long present) {
    long needed = header.dataBytes();
    if (needed > present) {
      throw malformed(
          "is truncated: its header announces "
              + needed
              + " bytes of data, but "
              + (needed - present)
              + " of them are missing"
              + CUT);
    }
    if (needed < present) {
      throw malformed(
          "has "
              + (present - needed)
              + " bytes after its last tensor, which belong to no tensor; the file is damaged");
    }
  }

  private byte[] bytes(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    if (file.read(position, MemorySegment.ofArray(bytes)) < length) {
      throw malformed("became shorter while it was read");
    }
    return bytes;
  }

  private CheckpointException malformed(String problem) {
    return new CheckpointException(name + " " + problem);
  }
}
