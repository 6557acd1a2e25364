package org.genlab.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A device that has room for so many bytes, then fails as a full disk does. */
final class FullDisk extends FilterOutputStream {
  private long room;

  FullDisk(OutputStream out, long room) {
    super(out);
    this.room = room;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int fits = (int) Math.min(length, room);
    out.write(bytes, offset, fits);
    room -= fits;
    if (fits < length) {
      throw new IOException("No space left on device");
    }
  }
}
