package io.tracemalloc.capture.bytebuddy;

import static org.assertj.core.api.Assertions.assertThat;

import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.junit.jupiter.api.Test;

/** Programs bring Byte Buddy in versions of their own. */
final class InstrumentationAccessTest {

    @Test
    void takesTheByteBuddyThatItIsBuiltWithOnEveryJvm() {
        assertThat(InstrumentationAccess.isTooOld(Opcodes.class, Type.class, 17))
                .isFalse();
        assertThat(InstrumentationAccess.isTooOld(Opcodes.class, Type.class, 25))
                .isFalse();
        assertThat(InstrumentationAccess.isTooOld(Opcodes.class, Type.class, 99))
                .isFalse();
    }

    @Test
    void refusesOneThatDoesNotReadTheClassFilesOfThisJvm() {
        assertThat(InstrumentationAccess.isTooOld(OpcodesTo22.class, Type.class, 22))
                .isFalse();
        assertThat(InstrumentationAccess.isTooOld(OpcodesTo22.class, Type.class, 25))
                .isTrue();
        assertThat(InstrumentationAccess.isTooOld(OpcodesTo22.class, Type.class, 26))
                .isTrue();
    }

    @Test
    void refusesOneWithoutWhatTheInstrumenterCalls() {
        assertThat(InstrumentationAccess.isTooOld(Opcodes.class, Object.class, 17))
                .isTrue();
    }

    /** As in Byte Buddy 1.14. */
    @SuppressWarnings("unused")
    public interface OpcodesTo22 {
        /** Class files of Java 22. */
        int V22 = 66;
    }
}
