package io.atoll.edge.health.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.atoll.edge.health.probe.HealthMessage.MalformedException;
import io.atoll.edge.health.probe.HealthMessage.Serving;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthMessageTest {
  @Property
  void protobufReadsWhatIsAsked(@ForAll @StringLength(max = 400) String service)
      throws IOException {
    String text = service.replaceAll("[\\ud800-\\udfff]", "?");
    ByteBuffer request = ByteBuffer.wrap(HealthMessage.request(text));

    assertThat(request.get()).isZero();
    assertThat(request.getInt()).isEqualTo(request.remaining());
    CodedInputStream message = CodedInputStream.newInstance(request);
    if (text.isEmpty()) {
      assertThat(message.isAtEnd()).isTrue();
    } else {
      assertThat(message.readTag()).isEqualTo(1 << 3 | 2);
      assertThat(message.readString()).isEqualTo(text);
      assertThat(message.isAtEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, UNKNOWN", "1, SERVING", "2, NOT_SERVING", "3, SERVICE_UNKNOWN", "77, UNKNOWN"})
  void whatProtobufWritesIsRead(int status, Serving serving) throws Exception {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeString(7, "a later version says more");
    out.writeEnum(1, status);
    out.writeFixed64(8, 1);
    out.writeFixed32(9, 1);
    out.writeInt64(10, -1);
    out.flush();

    assertThat(HealthMessage.response(framed(message.toByteArray()))).isEqualTo(serving);
  }

  @ParameterizedTest
  @CsvSource({
    "'', no message",
    "00000000, no message",
    "01000000020801, a compressed message",
    "00000000030801, a broken message",
    "00000000010801, a broken message",
    "000000000108, a broken message",
    "00000000020f01, a broken message",
    "00000000020a05, a broken message",
    "000000000c08ffffffffffffffffffffff, a broken message",
  })
  void whatIsNoMessageIsSaidToBeNone(String hex, String reason) {
    assertThatThrownBy(() -> HealthMessage.response(HexFormat.of().parseHex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessage(reason);
  }

  @Property
  void whateverComesIsReadOrRefused(@ForAll @Size(max = 40) byte[] bytes) {
    byte[] framed = framed(Arrays.copyOf(bytes, bytes.length));
    try {
      assertThat(HealthMessage.response(framed)).isNotNull();
    } catch (MalformedException e) {
      assertThat(e).hasMessage("a broken message");
    }
  }

  private static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }
}
