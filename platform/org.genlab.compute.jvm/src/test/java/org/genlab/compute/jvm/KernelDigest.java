package org.genlab.compute.jvm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.genlab.tensor.backend.Backend;

/** Prints the vector width of its JVM and a digest of the results of all kernels. */
final class KernelDigest {
  private KernelDigest() {}

  static String digest() {
    try (Backend backend = new JvmBackend(2)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (KernelCases.Case c : KernelCases.all()) {
        float[] results = c.run().apply(backend);
        ByteBuffer bytes = ByteBuffer.allocate(4 * results.length);
        for (float result : results) {
          bytes.putInt(Float.floatToIntBits(result));
        }
        digest.update(bytes.array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void main(String[] args) throws IOException {
    System.out.println(Lanes.F.vectorBitSize() + " " + digest());
  }
}
