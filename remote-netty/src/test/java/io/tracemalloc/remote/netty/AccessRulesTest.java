package io.tracemalloc.remote.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {

    @ParameterizedTest
    @CsvSource({
        "2001:db8:0:0:0:0:0:5, [2001:db8::5]:6060, true",
        "2001:db8:0:0:0:0:0:5, [2001:DB8::5], true",
        "2001:db8:0:0:0:0:0:5, [2001:db8:0:0:0:0:0:5], true",
        "2001:db8:0:0:0:0:0:5, [2001:db8::6]:6060, false",
        "2001:db8:0:0:0:0:0:5, [fd00:0:0::7], true",
        "2001:db8:0:0:0:0:0:5, [fd00::8], false",
        "2001:db8:0:0:0:0:0:5, [nonsense::], false",
        "fe80:0:0:0:0:0:0:1%0, [fe80::1], true",
        "10.0.0.7, 10.0.0.7:6060, true",
        "10.0.0.7, 10.0.0.8:6060, false",
        "127.0.0.1, 127.1:6060, false",
        "0:0:0:0:0:0:0:1, [::1]:6060, true"
    })
    void knowsTheAddressAtWhichAConnectionArrives(String local, String host, boolean own) throws UnknownHostException {
        AccessRules rules = rules(Map.of("tls-self-signed", "true", "allow-host", "fd00:0:0:0:0:0:0:7"));
        HttpHeaders headers = new DefaultHttpHeaders().set("Host", host);

        assertThat(rules.refusal(headers, new InetSocketAddress(InetAddress.getByName(local), 6060)))
                .matches(refusal -> refusal.isEmpty() == own);
    }

    private static AccessRules rules(Map<String, String> settings) {
        ListenAddress address = ListenAddress.parse("0.0.0.0:6060");
        return new AccessRules(address, ServerSettings.of(address, settings));
    }
}
