package dev.amalgam.io.checkpoint;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.io.file.FileProblems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Hashes files from their first byte to their last. */
public final class FileHasher {

  /** Bytes to hash at a time: enough to make calls rare, few enough for the processor's cache. */
  static final int BLOCK = 256 << 10;

  private FileHasher() {}

  /**
   * Returns the SHA-256 of a file's contents in lower-case hexadecimal.
   *
   * @param progress told, time and again, how many more bytes have been hashed
   * @param cancelled asked before each block whether to give up
   * @throws CancellationException if {@code cancelled} said so
   * @throws CheckpointException if the file cannot be read
   */
  public static String sha256(Path file, LongConsumer progress, BooleanSupplier cancelled) {
    MessageDigest digest = sha256();
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      while (true) {
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("hashing " + file);
        }
        int read = in.read(block);
        if (read < 0) {
          return hex(digest);
        }
        digest.update(block, 0, read);
        progress.accept(read);
      }
    } catch (IOException e) {
      throw FileProblems.unreadable(file, e);
    }
  }

  /** Returns the SHA-256 of bytes in lower-case hexadecimal. */
  public static String sha256(byte[] bytes) {
    MessageDigest digest = sha256();
    digest.update(bytes);
    return hex(digest);
  }

  /** Returns a digest that has seen nothing. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every JDK has SHA-256", e);
    }
  }

  /** Returns the digest of what has been seen in lower-case hexadecimal. */
  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
