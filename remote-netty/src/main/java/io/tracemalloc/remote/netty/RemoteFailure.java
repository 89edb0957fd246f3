package io.tracemalloc.remote.netty;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.tracemalloc.internal.Failures;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Says in one line what went wrong with which target, and what may help. */
final class RemoteFailure {

    private static final int UNAUTHORIZED = 401;

    private RemoteFailure() {}

    static IOException of(TargetAddress target, IOException failure) {
        return new IOException(target.text() + ": " + reason(failure), failure);
    }

    /** Whether the same again may go well. */
    static boolean mayPass(IOException failure) {
        return !(failure instanceof Client.Final
                || failure instanceof Exchange.NotHttp
                || failure instanceof UnknownHostException
                || failure instanceof SocketTimeoutException
                || find(failure, SSLException.class) != null
                || find(failure, CertificateException.class) != null);
    }

    /** What went wrong, without the target. */
    static String reason(Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "unknown host";
        }
        if (find(failure, NotSslRecordException.class) != null) {
            return "it does not speak TLS: use http://";
        }
        String certificate = certificate(failure);
        if (!certificate.isEmpty()) {
            return certificate;
        }
        Throwable tls = find(failure, SSLException.class);
        if (tls != null) {
            return "TLS: " + Failures.oneLine(tls);
        }
        if (failure instanceof ConnectTimeoutException) {
            return "no connection within the time";
        }
        if (failure instanceof ConnectException) {
            return "nobody listens there: is the JVM running, with listen=?";
        }
        if (String.valueOf(failure.getMessage()).startsWith("No such file or directory")) {
            return "there is no such socket";
        }
        Throwable cause = failure.getCause();
        boolean wrapped = cause != null && cause.toString().equals(failure.getMessage());
        return Refusals.harmless(Failures.oneLine(cause != null && wrapped ? cause : failure));
    }

    private static String certificate(Throwable failure) {
        if (find(failure, CertificateExpiredException.class) != null) {
            return "its certificate has expired";
        }
        if (find(failure, CertificateNotYetValidException.class) != null) {
            return "its certificate is not valid yet";
        }
        CertPathValidatorException path = find(failure, CertPathValidatorException.class);
        boolean forged = path != null && path.getReason() == CertPathValidatorException.BasicReason.INVALID_SIGNATURE;
        if (forged || find(failure, CertPathBuilderException.class) != null) {
            return "nobody that is trusted vouches for its certificate: give --ca FILE or --fingerprint SHA256";
        }
        Throwable other = find(failure, CertificateException.class);
        return other == null ? "" : "its certificate is not trusted: " + Failures.oneLine(other);
    }

    private static <T extends Throwable> @org.jspecify.annotations.Nullable T find(Throwable failure, Class<T> type) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < 16; depth++) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
            each = each.getCause();
        }
        return null;
    }

    /** What an answer other than 200 means. */
    static String reason(int status, String body, boolean tokenGiven) {
        if (status == UNAUTHORIZED) {
            return tokenGiven
                    ? "401, the token is wrong: --token-file must name the file that the JVM printed at its start"
                    : "401, it wants a token: give --token-file FILE or set TRACEMALLOC_TOKEN";
        }
        int line = body.indexOf('\n');
        String first = Refusals.harmless(line < 0 ? body : body.substring(0, line));
        return status + (first.isEmpty() ? "" : ", " + first);
    }

    /** A token goes over the network in TLS only. */
    static void requireProtectedToken(TargetAddress target, ClientSettings settings) throws IOException {
        boolean inTheClear = !target.tls() && target.path().isEmpty();
        if (inTheClear
                && settings.token().isPresent()
                && !InetAddress.getByName(target.host()).isLoopbackAddress()) {
            throw new Client.Final("the token would be readable on the network: use https://", null);
        }
    }
}
