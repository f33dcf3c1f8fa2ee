package dev.parley.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallBridgeTest {
    @Test
    void the_id_says_whose_it_is() {
        CallBridge bridge = new CallBridge("pbx-1-1795458034.0", 1_234);

        assertThat(bridge.id()).isEqualTo("parley-call-1234-pbx-1-1795458034.0");
        assertThat(CallBridge.of(bridge.id())).contains(bridge);
    }

    @Test
    void other_bridges_are_none_of_ours() {
        for (String other :
                new String[] {"", "parley-call-", "parley-call-x-1.0", "parley-call-12", "parley-tap-0-1.0"}) {
            assertThat(CallBridge.of(other)).as(other).isEmpty();
        }
    }
}
