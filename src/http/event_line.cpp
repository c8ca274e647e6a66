#include "http/event_line.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>

#include "http/parse.h"

namespace comity::http {
namespace {

constexpr long kLineIsThere = 200;
constexpr std::size_t kMaxLineRefusal = 64 * 1024;  // bytes of an answer that does not go on

struct LineCurlDeleter {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct LineSink {
    CURL* curl = nullptr;
    const std::function<bool(std::string_view)>* take = nullptr;
    std::string refusal;
    bool ended = false;  // by who takes it
    std::chrono::steady_clock::time_point heard = std::chrono::steady_clock::now();
    std::chrono::steady_clock::duration silence{};
};

// A speed would be no measure: a quiet line is a few bytes now and then, that say it is there.
int still_heard(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& sink = *static_cast<LineSink*>(to);
    return std::chrono::steady_clock::now() - sink.heard > sink.silence ? 1 : 0;
}

std::size_t take_line(const char* data, std::size_t, std::size_t size, void* to) {
    auto& sink = *static_cast<LineSink*>(to);
    sink.heard = std::chrono::steady_clock::now();
    long status = 0;
    curl_easy_getinfo(sink.curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == kLineIsThere) {
        sink.ended = !(*sink.take)(std::string_view(data, size));
        return sink.ended ? 0 : size;
    }
    if (sink.refusal.size() + size > kMaxLineRefusal) return 0;
    sink.refusal.append(data, size);
    return size;
}

}  // namespace

Result<Response> follow_line(const std::string& url, const Client::Headers& headers,
                             const LineOptions& options, const std::function<bool(std::string_view)>& take) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, LineCurlDeleter> owned(started == CURLE_OK ? curl_easy_init() : nullptr);
    CURL* const curl = owned.get();
    if (curl == nullptr) return unavailable("HTTP client", "libcurl does not start");
    curl_slist* list = nullptr;
    for (const auto& [name, value] : headers) {
        if (!is_token(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            curl_slist_free_all(list);
            return invalid("header " + name, "it cannot be sent");
        }
        if (curl_slist* longer = curl_slist_append(list, (name + ": " + value).c_str())) list = longer;
    }
    const std::unique_ptr<curl_slist, LineCurlDeleter> lines(list);
    LineSink sink;
    sink.curl = curl;
    sink.take = &take;
    sink.silence = options.silence;
    char details[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, details);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "comity");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
    if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines.get());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_line);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &still_heard);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &sink);
    const CURLcode code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_ABORTED_BY_CALLBACK) std::snprintf(details, sizeof details, "nothing came any more");
    if (code != CURLE_OK && !sink.ended)
        return unavailable(
            url.substr(0, url.find('?')),
            fmt::format("the line is gone: {}", *details != '\0' ? details : curl_easy_strerror(code)),
            "is the node running?");
    Response response;
    response.status = static_cast<int>(status);
    response.body = std::move(sink.refusal);
    return response;
}

}  // namespace comity::http
