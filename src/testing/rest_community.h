// A community of three at a node with its REST interface, for tests of what they say to each other.
#pragma once

#include <gtest/gtest.h>

#include "testing/rest_server.h"

namespace comity::testing {

class RestCommunity : public ::testing::Test {
  protected:
    static constexpr std::int64_t kDay = 86'400;

    RestCommunity() : community_({"cert-ke", "cert-ug", "isoc-fj"}) { server_.submit(community_.charter()); }

    // Submitted, in a second of its own.
    Digest said(const crypto::Envelope& envelope) {
        server_.clock().advance_seconds(1);
        server_.submit(envelope);
        return envelope.digest();
    }
    Digest say(const std::string& member, std::string_view type, json::Object body) {
        return said(community_.statement(member, type, std::move(body)));
    }

    Community community_;
    RestServer server_;
};

}  // namespace comity::testing
