#include "http/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/text.h"
#include "http/parse.h"

namespace comity::http {

namespace {

struct CurlDeleter {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
template <typename T>
using Owned = std::unique_ptr<T, CurlDeleter>;

// What the answer fills.
struct Sink {
    Response response;
    std::size_t limit = 0;
    std::size_t header_bytes = 0;
    bool too_large = false;
};

constexpr std::size_t kMaxHeaderBytes = 64 * 1024;  // of an answer, all lines together

std::size_t take_body(const char* data, std::size_t, std::size_t size, void* to) {
    auto& sink = *static_cast<Sink*>(to);
    if (size > sink.limit - sink.response.body.size()) {
        sink.too_large = true;
        return 0;
    }
    try {
        sink.response.body.append(data, size);
    } catch (const std::bad_alloc&) {
        return 0;
    }
    return size;
}

std::size_t take_header(const char* data, std::size_t, std::size_t size, void* to) {
    auto& sink = *static_cast<Sink*>(to);
    const std::string_view line(data, size);
    sink.header_bytes += size;
    if (sink.header_bytes > kMaxHeaderBytes) {
        sink.too_large = true;
        return 0;
    }
    try {
        if (line.starts_with("HTTP/")) {
            sink.response.headers.clear();  // what came before was an interim answer
        } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
            sink.response.header(line.substr(0, colon), trimmed(line.substr(colon + 1), " \t\r\n"));
        }
    } catch (const std::bad_alloc&) {
        return 0;
    }
    return size;
}

// "127.0.0.1:8080", for messages: no user name, no password, no query.
Result<std::string> place_of(const std::string& url) {
    const Owned<CURLU> parts(curl_url());
    char* host = nullptr;
    char* port = nullptr;
    char* scheme = nullptr;
    const bool good = parts && curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
                      curl_url_get(parts.get(), CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                      curl_url_get(parts.get(), CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
                      curl_url_get(parts.get(), CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK;
    std::string place = good ? fmt::format("{}:{}", host, port) : "";
    const bool ours = good && (std::string_view(scheme) == "http" || std::string_view(scheme) == "https");
    for (char* text : {host, port, scheme}) curl_free(text);
    if (!ours)
        return invalid("URL", "it is not an http or https address", "give one as https://node.example:8080/");
    return place;
}

int ask_stopped(void* options, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const ClientOptions*>(options)->stopped() ? 1 : 0;
}

Failure failure(CURL* curl, CURLcode code, const std::string& place, const char* details,
                const ClientOptions& options, std::chrono::milliseconds timeout) {
    const std::string text = *details != '\0' ? details : curl_easy_strerror(code);
    switch (code) {
        case CURLE_COULDNT_CONNECT: {
            long error = 0;
            curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &error);
            if (error == ECONNREFUSED)
                return unavailable(place, "connection refused", "is the node running?");
            const std::string cause =
                error == 0 ? text : std::generic_category().message(static_cast<int>(error));
            return unavailable(place, "no connection: " + cause, "check the address and the network");
        }
        case CURLE_COULDNT_RESOLVE_HOST:
            return unavailable(place, "there is no such host", "check the name and the network");
        case CURLE_OPERATION_TIMEDOUT: {
            double connected = 0;  // seconds; 0: never
            curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME, &connected);
            if (connected > 0 && std::string_view(details).starts_with("Operation too slow"))
                return unavailable(place, "its answer comes too slowly", "try again later");
            const auto limit = connected > 0 ? timeout : std::min(timeout, options.connect_timeout);
            const char* what = connected > 0 ? "no answer within {} s" : "no connection within {} s";
            return unavailable(place,
                               fmt::format(fmt::runtime(what), static_cast<double>(limit.count()) / 1000.0),
                               "try again later");
        }
        case CURLE_PEER_FAILED_VERIFICATION:
            return unavailable(place, "its certificate is not trusted: " + text,
                               "name the certificate authority's file, if it is the right node");
        case CURLE_SSL_CACERT_BADFILE:
            return invalid(options.ca_file, "it is no file of certificates", "give a PEM file");
        case CURLE_SSL_CONNECT_ERROR:
            return unavailable(place, "no TLS with it: " + text, "is it https at that port?");
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_PARTIAL_FILE:
        case CURLE_SEND_ERROR:
            return unavailable(place, "the connection broke off", "try again");
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return unavailable(place, "what answers there does not speak HTTP");
        case CURLE_BAD_CONTENT_ENCODING:
            return unavailable(place, "its answer's compression is damaged");
        case CURLE_ABORTED_BY_CALLBACK:
            return unavailable(place, "the call was ended: the node stops");
        case CURLE_OUT_OF_MEMORY:
            return unavailable(place, "no memory");
        default:
            return unavailable(place, text);
    }
}

// Loopback is never a proxy's, whatever the environment says.
std::string without_proxy() {
    std::string hosts = "localhost,127.0.0.1,::1";
    for (const char* name : {"no_proxy", "NO_PROXY"}) {
        if (const char* more = std::getenv(name)) return hosts + "," + more;
    }
    return hosts;
}

}  // namespace

struct Client::State {
    ClientOptions options;
    Owned<CURL> curl;
};

Client::Client(ClientOptions options) : state_(std::make_unique<State>()) {
    // Thread-safe since libcurl 7.84, and counted.
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    state_->options = std::move(options);
    if (started == CURLE_OK) state_->curl.reset(curl_easy_init());
}

Client::~Client() = default;

Result<Response> Client::send(Method method, const std::string& url, const Headers& headers,
                              std::string_view body) {
    return send(method, url, headers, body, {state_->options.timeout, state_->options.max_response});
}

Result<Response> Client::send(Method method, const std::string& url, const Headers& headers,
                              std::string_view body, const CallLimits& limits) {
    CURL* const curl = state_->curl.get();
    ClientOptions& options = state_->options;
    if (curl == nullptr) return unavailable("HTTP client", "libcurl does not start");
    COMITY_TRY(const std::string place, place_of(url));

    curl_slist* lines = nullptr;
    const auto add_line = [&](const std::string& line) {
        if (curl_slist* longer = curl_slist_append(lines, line.c_str())) lines = longer;
    };
    bool has_expect = false;
    for (const auto& [name, value] : headers) {
        if (!is_token(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            curl_slist_free_all(lines);
            return invalid("header " + name, "it cannot be sent");
        }
        has_expect = has_expect || equal_ignoring_case(name, "Expect");
        add_line(value.empty() ? name + ";" : name + ": " + value);
    }
    // Small bodies are not worth a round trip before them.
    if (!has_expect && body.size() < 64 * 1024) add_line("Expect:");
    const bool has_type = std::any_of(headers.begin(), headers.end(), [](const auto& h) {
        return equal_ignoring_case(h.first, "Content-Type");
    });
    if (!has_type) add_line("Content-Type:");
    const Owned<curl_slist> owner(lines);

    Sink sink;
    sink.limit = limits.max_response;
    char details[CURL_ERROR_SIZE] = "";
    curl_easy_reset(curl);  // connections stay
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, details);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.timeout.count()));
    if (options.slowest > 0) {
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options.slowest));
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.slow_for.count()));
    }
    if (options.fastest > 0)
        curl_easy_setopt(curl, CURLOPT_MAX_RECV_SPEED_LARGE, static_cast<curl_off_t>(options.fastest));
    if (options.stopped) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &ask_stopped);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &options);
    }
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "comity");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, without_proxy().c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &sink);
    if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
    if (method == Method::kHead) {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (method != Method::kGet || !body.empty()) {
        if (method != Method::kPost && body.empty()) {
            curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);  // and no Content-Length: nothing is meant
        } else {
            curl_easy_setopt(curl, CURLOPT_POST, 1L);
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data() == nullptr ? "" : body.data());
        }
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, std::string(to_string(method)).c_str());
    }
    const CURLcode code = curl_easy_perform(curl);
    if (sink.too_large) return too_large(place, fmt::format("its answer is over {} bytes", sink.limit));
    if (code != CURLE_OK) return failure(curl, code, place, details, options, limits.timeout);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    sink.response.status = static_cast<int>(status);
    if (sink.response.find("Content-Encoding")) {
        // The body is decoded; these spoke of it as it was.
        std::erase_if(sink.response.headers, [](const auto& h) {
            return equal_ignoring_case(h.first, "Content-Encoding") ||
                   equal_ignoring_case(h.first, "Content-Length");
        });
    }
    return std::move(sink.response);
}

}  // namespace comity::http
