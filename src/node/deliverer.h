// Letters go out (intelligence/alert/outbox.h): to webhooks, to syslog collectors and by e-mail, the channels
// beside each other, each channel's letters in their order.
//
// A webhook is a POST of the letter's JSON, signed as Standard Webhooks has it:
//     webhook-id: the alert's id              the same however often it is sent: what came twice is known by
//     it webhook-timestamp: seconds since 1970   of this try webhook-signature: v1,<base64(HMAC-SHA256(key,
//     id "." timestamp "." body))>
// The key is the secret file's first line: "whsec_" and base64, or the bytes as they stand. Any answer from
// 200 to 299 takes it; nothing else does, and no redirect is followed.
//
// To a collector goes one RFC 5424 message with CEF in it (cef.h). A collector answers nothing: over TCP it
// is taken when all bytes were (RFC 6587, octets counted), over UDP when it was sent (RFC 5426).
//
// To people goes a letter (letter.h) by SMTP over TLS; it is taken when the mail server has taken it for all.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "intelligence/alert/outbox.h"
#include "node/node.h"

namespace comity::node {

// What `webhook-signature` says.
std::string webhook_signature(std::string_view secret, std::string_view id, std::string_view timestamp,
                              std::string_view body);

// Delivers the next letter of the channel now, if it is due and nobody else holds the channel. True: there
// may be another at once. What went wrong is in the letter.
Result<bool> deliver_next(Node& node, const intelligence::AlertChannel& channel, const std::string& holder,
                          const std::function<bool()>& stopped);

// Looks for what is due whenever it is woken, and once a second, from threads of its own, until it goes.
class Deliverer {
  public:
    explicit Deliverer(Node& node);
    ~Deliverer();
    Deliverer(const Deliverer&) = delete;
    Deliverer& operator=(const Deliverer&) = delete;

    void wake();  // there may be something; thread-safe

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace comity::node
