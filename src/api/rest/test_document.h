// The OpenAPI document as the tests hold answers to it.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"
#include "json/value.h"

namespace comity::api::rest {

class Document {
  public:
    // Read once; what has properties takes no others here, though the document leaves them open for clients.
    static const Document& instance();

    struct Operation {
        http::Method method;
        std::string path;  // "/api/v1/members/{id}"
        std::string id;    // "showMember"
        std::set<int> statuses;
    };
    const std::vector<Operation>& operations() const { return operations_; }

    // What of the answer to such a request (target: path and query) is not as the document says; empty:
    // nothing. Remembers which answers were seen. Thread-safe.
    std::string fault(http::Method method, std::string_view target, const http::Response& response) const;
    // The same of a request's body.
    std::string body_fault(std::string_view operation_id, std::string_view body) const;
    // Documented answers that no test has provoked so far: "showNode 503".
    std::vector<std::string> unseen() const;

    const json::Object& root() const { return root_; }

  private:
    Document();
    const json::Object& resolve(const json::Object& object) const;
    std::string schema_fault(const json::Object& schema, const json::Value& value) const;
    std::string answer_fault(const json::Object& described, const http::Response& response,
                             bool with_body) const;

    json::Object root_;
    std::vector<Operation> operations_;
};

}  // namespace comity::api::rest
