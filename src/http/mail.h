// A letter to a mail server (SMTP, RFC 5321, by libcurl): over TLS, which smtps:// begins with and smtp://
// must be raised to (STARTTLS, RFC 3207), with the server's certificate checked. Only a server on this
// machine may do without.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"

namespace comity::http {

struct Mail {
    std::string url;   // smtp://mail.example:587 or smtps://mail.example:465, without a user's name
    std::string user;  // empty: without log-in
    std::string password;
    std::string ca_file;  // PEM; certificates to trust besides the system's
    std::string from;     // "alerts@cert-ke.example"
    std::vector<std::string> to;
    std::string message;  // RFC 5322, lines ended by CR and LF
};

// The server has taken it for all of them, or for nobody. kInvalid for an address or URL that is none;
// kUnavailable names the server and what it answered.
Result<void> send_mail(const Mail& mail, std::chrono::milliseconds timeout,
                       const std::function<bool()>& stopped = {});

}  // namespace comity::http
