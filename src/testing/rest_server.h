// A served node with the REST door; every answer is held to the OpenAPI document.
#pragma once

#include "api/rest/rest.h"
#include "api/rest/test_document.h"
#include "json/value.h"
#include "testing/served_node.h"

namespace comity::testing {

class RestServer : public ServedNode {
  public:
    explicit RestServer(const ServedNodeOptions& options = {}, const AddRoutes& more = {})
        : ServedNode(
              [&](http::Router& router, node::Node& node) {
                  api::rest::add_routes(router, node);
                  if (more) more(router, node);
              },
              options) {}

    http::Response ask(http::Method method, const std::string& target,
                       const http::Client::Headers& headers = {}, std::string_view body = {}) {
        http::Response response = send(method, target, headers, body);
        const std::string fault = api::rest::Document::instance().fault(method, target, response);
        EXPECT_EQ(fault, "");
        return response;
    }
    http::Response get(const std::string& target, const http::Client::Headers& headers = {}) {
        return ask(http::Method::kGet, target, headers);
    }
    http::Response post(const std::string& target, std::string_view body,
                        http::Client::Headers headers = {}) {
        headers.emplace_back("Content-Type", "application/json");
        return ask(http::Method::kPost, target, headers, body);
    }

    // The body of an answer that must be 200 (or another).
    json::Value get_json(const std::string& target, const http::Client::Headers& headers = {}) {
        return json_of(get(target, headers));
    }
    static json::Value json_of(const http::Response& response, int status = 200) {
        EXPECT_EQ(response.status, status) << response.body;
        auto value = json::parse(response.body);
        EXPECT_TRUE(value) << response.body;
        return value.value_or(json::Value(json::Object{}));
    }

    struct Session {
        std::string cookie;  // "comity_session=..."
        std::string csrf;
        http::Client::Headers reading() const { return {{"Cookie", cookie}}; }
        http::Client::Headers writing() const { return {{"Cookie", cookie}, {"X-CSRF-Token", csrf}}; }
    };
    http::Response try_log_in(std::string_view account, std::string_view password = kPassword) {
        return post("/api/v1/session",
                    json::write(json::Object{{"account", account}, {"password", password}}));
    }
    Session log_in(std::string_view account) {
        const http::Response response = try_log_in(account);
        const std::string cookie(response.find("Set-Cookie").value_or(""));
        return {cookie.substr(0, cookie.find(';')), std::string(json_of(response).at("csrf").as_string())};
    }

    // The body of POST /api/v1/statements.
    static std::string submission(const ledger::Submission& submission) {
        std::string body = "{\"envelope\":" + submission.envelope;
        if (!submission.objects.empty()) {
            body += ",\"objects\":[";
            for (const std::string& object : submission.objects)
                body.append(&object == &submission.objects.front() ? "" : ",").append(object);
            body += ']';
        }
        if (!submission.attachments.empty()) {
            json::Array list;
            for (const std::string& bytes : submission.attachments)
                list.emplace_back(base64_encode(as_bytes(bytes)));
            body += ",\"attachments\":" + json::write(list);
        }
        return body + "}";
    }
    http::Response submit_here(const ledger::Submission& given, http::Client::Headers headers = {}) {
        return post("/api/v1/statements", submission(given), std::move(headers));
    }
    http::Response submit_here(const crypto::Envelope& envelope, http::Client::Headers headers = {}) {
        return submit_here(ledger::Submission{envelope.write(), {}, {}}, std::move(headers));
    }
    std::uint64_t log_size() {
        return json::Value(get_json("/api/v1/log").at("size")).to_number<std::uint64_t>();
    }
};

// A problem without what is the request's own.
inline json::Object problem_of(const http::Response& response) {
    json::Object problem = RestServer::json_of(response, response.status).as_object();
    problem.erase("instance");
    return problem;
}

}  // namespace comity::testing
