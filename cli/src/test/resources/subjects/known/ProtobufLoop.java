package known;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;

/** Writes and reads messages with the protobuf of its class path, until its standard input ends. */
public final class ProtobufLoop {

    private ProtobufLoop() {}

    public static void main(String[] args) throws Exception {
        System.out.println(Struct.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath()
                .replaceAll(".*/", ""));
        long sum = 0;
        for (int i = 0; i < 2000; i++) {
            Value number = Value.newBuilder().setNumberValue(i).build(); // value
            ListValue list = ListValue.newBuilder().addValues(number).build();
            byte[] bytes = Struct.newBuilder()
                    .putFields("k" + i, Value.newBuilder().setListValue(list).build())
                    .build()
                    .toByteArray();
            sum += (long) Struct.parseFrom(bytes)
                    .getFieldsOrThrow("k" + i)
                    .getListValue()
                    .getValues(0)
                    .getNumberValue();
        }
        System.out.println("sum " + sum);
        System.in.read();
        System.out.println("done");
    }
}
