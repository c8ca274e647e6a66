// What a line of events tells, to whom, and where it goes on.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "http/test_wire.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using ledger::Audience;
using ledger::Tlp;

class EventsTest : public ::testing::Test {
  protected:
    EventsTest() : community_({"cert-ke", "cert-ug", "kenic"}) {
        server_.submit(community_.charter());
        for (const char* account : {"a@cert-ke", "b@cert-ug"}) server_.add_account(account);
    }

    // Opens a line and waits for its head, so that what is submitted from now on is an event of it.
    std::unique_ptr<http::testing::Wire> listen(const std::string& account, std::string_view query = "",
                                                std::string_view last = "") {
        auto wire = std::make_unique<http::testing::Wire>(server_.server().port());
        std::string head = fmt::format("GET /api/v1/events{} HTTP/1.1\r\nHost: x\r\n", query);
        for (const auto& [name, value] : server_.bearer(account)) head += name + ": " + value + "\r\n";
        if (!last.empty()) head += fmt::format("Last-Event-ID: {}\r\n", last);
        wire->send(head + "\r\n");
        wire->await("\r\n\r\n");
        return wire;
    }
    // The whole line, when the server has ended it after that event; held to the document.
    std::string read(http::testing::Wire& wire, const std::string& last) {
        wire.await("id: " + last);
        server_.server().stop();
        const auto answer = wire.read();
        http::Response response =
            http::Response::text(answer.status, answer.body, answer.header("Content-Type"));
        EXPECT_EQ(Document::instance().fault(http::Method::kGet, "/api/v1/events", response), "");
        return answer.body;
    }
    static std::vector<std::string> ids(std::string_view body) {
        std::vector<std::string> out;
        for (std::size_t at = 0; (at = body.find("\nid: ", at)) != std::string_view::npos; at += 69)
            out.emplace_back(body.substr(at + 5, 64));
        return out;
    }
    std::string share(const std::string& author, Audience audience) {
        return server_.submit(community_.share(author, {testing::indicator(++shared_)}, std::move(audience)))
            .id.hex();
    }

    testing::Community community_;
    testing::RestServer server_;
    unsigned shared_ = 0;
};

TEST_F(EventsTest, TellEveryReaderWhatItMayReadAndNothingElse) {
    const auto public_line = listen("");
    const auto of_ke = listen("a@cert-ke");
    const auto of_ug = listen("b@cert-ug");
    const auto of_type = listen("a@cert-ke", "?type=intelligence.share&author=cert-ug");
    const std::string clear = share("cert-ke", {Tlp::kClear, {}, {}, {}});
    const std::string green = share("cert-ke", {Tlp::kGreen, {}, {}, {}});
    const std::string amber = share("cert-ke", {Tlp::kAmber, {"kenic"}, {}, {}});
    const std::string group = server_.submit(community_.group("kenic", "some", {"cert-ug"})).id.hex();
    const std::string by_ug = share("cert-ug", {Tlp::kClear, {}, {}, {}});
    for (const auto* line : {&public_line, &of_ke, &of_ug, &of_type}) (*line)->await("id: " + by_ug);
    EXPECT_EQ(ids(read(*public_line, by_ug)), (std::vector{clear, group, by_ug}));
    EXPECT_EQ(ids(read(*of_ke, by_ug)), (std::vector{clear, green, amber, group, by_ug}));
    EXPECT_EQ(ids(read(*of_ug, by_ug)), (std::vector{clear, green, group, by_ug}));
    EXPECT_EQ(ids(read(*of_type, by_ug)), (std::vector{by_ug}));
}

TEST_F(EventsTest, GoOnAfterTheLastThatWasSeen) {
    const std::string first = share("cert-ke", {Tlp::kClear, {}, {}, {}});
    const std::string hidden = share("cert-ke", {Tlp::kAmber, {"kenic"}, {}, {}});
    const std::string second = share("cert-ke", {Tlp::kClear, {}, {}, {}});
    const auto line = listen("b@cert-ug", "", first);
    const std::string third = share("cert-ke", {Tlp::kClear, {}, {}, {}});
    for (const std::string& unknown : {hidden, std::string(64, '0'), std::string("7")}) {
        auto headers = server_.bearer("b@cert-ug");
        headers.emplace_back("Last-Event-ID", unknown);
        const auto response = server_.get("/api/v1/events", headers);
        EXPECT_EQ(response.status, 400);
        EXPECT_EQ(testing::problem_of(response).at("where").as_string(), "Last-Event-ID");
    }
    EXPECT_EQ(ids(read(*line, third)), (std::vector{second, third}));
}

TEST_F(EventsTest, ShowOfAStatementWhatListsShow) {
    const auto line = listen("");
    const std::string id = share("cert-ke", {Tlp::kClear, {}, {}, {}});
    const std::string listed = server_.get("/api/v1/statements?limit=1").body;
    const std::string body = read(*line, id);
    const std::size_t data = body.find("data: ");
    ASSERT_NE(data, std::string::npos) << body;
    const std::string item = body.substr(data + 6, body.find('\n', data) - data - 6);
    EXPECT_NE(listed.find(item), std::string::npos) << listed << "\n" << item;
}

}  // namespace
}  // namespace comity::api::rest
