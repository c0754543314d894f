package dev.amalgam.job.output;

import dev.amalgam.io.checkpoint.FileHasher;
import dev.amalgam.io.file.FileProblems;
import dev.amalgam.job.api.OutputFile;
import dev.amalgam.job.model.InputFile;
import dev.amalgam.job.model.SmallFileSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes the small files of an output folder, each flushed to disk at once. */
public final class SmallFiles implements SmallFileSink {

  private final Path folder;
  private final boolean hashing;
  private final List<OutputFile> written = new ArrayList<>();

  public SmallFiles(Path folder, boolean hashing) {
    this.folder = folder;
    this.hashing = hashing;
  }

  @Override
  public void write(String name, String text) {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void copy(InputFile file) {
    try {
      write(file.name(), Files.readAllBytes(file.path()));
    } catch (IOException e) {
      throw FileProblems.unreadable(file.path(), e);
    }
  }

  private void write(String name, byte[] bytes) {
    Path file = folder.resolve(name);
    makeFolderOf(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    } catch (IOException e) {
      throw FileProblems.unwritable(file, e);
    }
    Optional<String> sha256 =
        hashing ? Optional.of(FileHasher.sha256(file, n -> {}, () -> false)) : Optional.empty();
    written.add(new OutputFile(name, bytes.length, sha256));
  }

  // The output folder flushes it when it is finished.
  private void makeFolderOf(Path file) {
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw FileProblems.unwritable(file, e);
    }
  }

  /** Returns the files so far, in the order of writing. */
  public List<OutputFile> written() {
    return List.copyOf(written);
  }
}
