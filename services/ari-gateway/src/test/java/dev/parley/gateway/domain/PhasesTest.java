package dev.parley.gateway.domain;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhasesTest {
    @Test
    void aCallCanEndFromEveryPhaseAndEndsOnce() {
        var legal = Map.of(
                CallPhase.UP, Set.of(CallPhase.LEAVING, CallPhase.HANGING_UP, CallPhase.ENDED),
                CallPhase.LEAVING, Set.of(CallPhase.UP, CallPhase.HANGING_UP, CallPhase.ENDED),
                CallPhase.HANGING_UP, Set.of(CallPhase.ENDED),
                CallPhase.ENDED, Set.<CallPhase>of());
        for (CallPhase from : CallPhase.values()) {
            for (CallPhase to : CallPhase.values()) {
                assertThat(from.mayBecome(to))
                        .as("%s to %s", from, to)
                        .isEqualTo(requireNonNull(legal.get(from)).contains(to));
            }
        }
        assertThatIllegalStateException().isThrownBy(() -> CallPhase.ENDED.to(CallPhase.UP));
    }

    @Test
    void aTapIsTakenDownFromWhereverItStands() {
        var legal = Map.of(
                TapPhase.NEW, Set.of(TapPhase.BUILDING, TapPhase.CLOSED),
                TapPhase.BUILDING, Set.of(TapPhase.OPEN, TapPhase.CLOSING),
                TapPhase.OPEN, Set.of(TapPhase.CLOSING),
                TapPhase.CLOSING, Set.of(TapPhase.CLOSED),
                TapPhase.CLOSED, Set.<TapPhase>of());
        for (TapPhase from : TapPhase.values()) {
            for (TapPhase to : TapPhase.values()) {
                assertThat(from.mayBecome(to))
                        .as("%s to %s", from, to)
                        .isEqualTo(requireNonNull(legal.get(from)).contains(to));
            }
        }
        assertThatIllegalStateException().isThrownBy(() -> TapPhase.CLOSED.to(TapPhase.OPEN));
    }

    @Test
    void aTapIsFoundAgainByTheNameOfItsBridge() {
        TapName name = new TapName("sim-1700000000.7", 3, 1_700_000_000_123_456L);
        assertThat(TapName.ofBridge(name.bridgeId(), name.bridgeName())).contains(name);
        assertThat(TapName.ofBridge("someone-elses", name.bridgeName())).isEmpty();
        assertThat(TapName.ofBridge(name.bridgeId(), "parley x y z")).isEmpty();
        assertThat(TapName.isOurs(TapName.newMediaId())).isTrue();
        assertThat(TapName.isOurs("sim-1700000000.7")).isFalse();
    }
}
