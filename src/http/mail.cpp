#include "http/mail.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/mail_address.h"

namespace comity::http {
namespace {

struct MailCurlDeleter {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
template <typename T>
using MailOwned = std::unique_ptr<T, MailCurlDeleter>;

constexpr long kLoginDenied = 535;

struct Unsent {
    std::string_view rest;
    const std::function<bool()>* stopped = nullptr;
};

std::size_t give_mail(char* into, std::size_t size, std::size_t count, void* from) {
    auto& unsent = *static_cast<Unsent*>(from);
    const std::size_t take = std::min(size * count, unsent.rest.size());
    std::memcpy(into, unsent.rest.data(), take);
    unsent.rest.remove_prefix(take);
    return take;
}

int ask_mail_stopped(void* from, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& unsent = *static_cast<const Unsent*>(from);
    return unsent.stopped != nullptr && *unsent.stopped && (*unsent.stopped)() ? 1 : 0;
}

struct MailPlace {
    std::string shown;  // "mail.example:587"
    bool here = false;  // on this machine
};
Result<MailPlace> mail_place(const std::string& url) {
    const MailOwned<CURLU> parts(curl_url());
    char* scheme = nullptr;
    char* host = nullptr;
    char* port = nullptr;
    char* user = nullptr;
    const bool good = parts && curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
                      curl_url_get(parts.get(), CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                      curl_url_get(parts.get(), CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                      curl_url_get(parts.get(), CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    const bool named = good && curl_url_get(parts.get(), CURLUPART_USER, &user, 0) == CURLUE_OK;
    const bool ours =
        good && !named && (std::string_view(scheme) == "smtp" || std::string_view(scheme) == "smtps");
    MailPlace place;
    if (ours) {
        const std::string_view name = host;
        place = {fmt::format("{}:{}", host, port),
                 name == "127.0.0.1" || name == "[::1]" || name == "localhost"};
    }
    for (char* text : {scheme, host, port, user}) curl_free(text);
    if (!ours)
        return invalid("URL", "it is no mail server's address",
                       "write it as smtp://mail.example:587 or smtps://mail.example:465");
    return place;
}

}  // namespace

Result<void> send_mail(const Mail& mail, std::chrono::milliseconds timeout,
                       const std::function<bool()>& stopped) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    COMITY_TRY(const MailPlace place, mail_place(mail.url));
    if (!is_mail_address(mail.from)) return invalid("from", "is no mail address");
    if (mail.to.empty() || !std::ranges::all_of(mail.to, [](const auto& to) { return is_mail_address(to); }))
        return invalid("to", "has one that is no mail address");
    const MailOwned<CURL> owned(started == CURLE_OK ? curl_easy_init() : nullptr);
    CURL* const curl = owned.get();
    if (curl == nullptr) return unavailable("mail", "libcurl does not start");
    curl_slist* list = nullptr;
    for (const std::string& to : mail.to) {
        if (curl_slist* longer = curl_slist_append(list, fmt::format("<{}>", to).c_str())) list = longer;
    }
    const MailOwned<curl_slist> recipients(list);
    const std::string from = fmt::format("<{}>", mail.from);
    Unsent unsent{mail.message, &stopped};
    char details[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_URL, mail.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, details);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(place.here ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!mail.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, mail.ca_file.c_str());
    if (!mail.user.empty()) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, mail.user.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, mail.password.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &give_mail);
    curl_easy_setopt(curl, CURLOPT_READDATA, &unsent);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &ask_mail_stopped);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &unsent);
    const CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) return {};
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    const std::string cause = *details != '\0' ? details : curl_easy_strerror(code);
    if (code == CURLE_USE_SSL_FAILED)
        return unavailable(place.shown, "it offers no TLS", "is it the right port?");
    if (code == CURLE_LOGIN_DENIED || status == kLoginDenied)
        return unavailable(place.shown, "it refuses the log-in", "check the user and the secret file");
    return unavailable(place.shown, status > 0 ? fmt::format("{} (it answered {})", cause, status) : cause);
}

}  // namespace comity::http
