// Puts the cases of this folder to a node.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "case_file.h"
#include "http/gzip.h"
#include "intelligence/collection.h"
#include "testing/shared_data.h"
#include "testing/taxii_server.h"

namespace comity::conformance {
namespace {

using testing::header_of;

std::map<std::string, std::string, std::less<>>& names() {
    static std::map<std::string, std::string, std::less<>> all;
    return all;
}

// The text with {name} replaced by what it stands for.
std::string filled(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        out += text.substr(0, open);
        if (open == std::string_view::npos) break;
        const std::size_t close = text.find('}', open);
        const auto known = close == std::string_view::npos
                               ? names().end()
                               : names().find(text.substr(open + 1, close - open - 1));
        if (known == names().end()) {
            out += '{';
            text.remove_prefix(open + 1);
        } else {
            out += known->second;
            text.remove_prefix(close + 1);
        }
    }
    return out;
}

std::unique_ptr<testing::TaxiiServer> server_of(const CommunityFile& file) {
    auto server = std::make_unique<testing::TaxiiServer>(file.members, file.accounts);
    for (const Group& group : file.groups)
        server->submit(server->community().group(group.owner, group.name, group.members));
    for (const std::string& member : file.custody) server->hold_key(member);
    for (const auto& [author, audience_text, text] : file.collections) {
        const auto body = json::parse(text);
        EXPECT_TRUE(body) << text;
        const auto audience = ledger::parse_audience(*json::parse(audience_text), "audience");
        server->submit(
            server->community().statement(author, intelligence::kCollection, body->as_object(), *audience));
        names()[std::string(body->at("root").as_string())] = std::string(body->at("id").as_string());
    }
    for (const Share& share : file.shares) {
        server->clock().set(*parse_time(share.time));
        std::vector<std::string> objects;
        for (const auto& [name, object] : share.objects) {
            const auto parsed = json::parse(object);
            EXPECT_TRUE(parsed) << object;
            names()[name] = std::string(parsed->at("id").as_string());
            objects.push_back(object);
        }
        const auto audience = ledger::parse_audience(*json::parse(share.audience), "audience");
        EXPECT_TRUE(audience) << share.audience;
        server->share(share.author, std::move(objects), *audience);
    }
    for (const Token& token : file.tokens) {
        const auto made = server->node().accounts().create_token(
            token.account, token.name, {*accounts::parse_scope(token.scope)}, std::nullopt);
        EXPECT_TRUE(made) << made.error().message();
        names()[token.name] = made->secret;
    }
    names()["collection"] = server->collection();
    return server;
}

// The server of a file's cases: each file has its own.
testing::TaxiiServer& server_for(std::string_view file) {
    static std::string current;
    static std::unique_ptr<testing::TaxiiServer> made;
    if (!made || current != file) {
        made.reset();
        names().clear();
        made =
            server_of(*parse_community(testing::file_text(std::filesystem::path(CASES) / "community.txt")));
        current = file;
    }
    return *made;
}

void expect_match(const json::Value& expected, const json::Value* actual, const std::string& where) {
    if (expected.is_string() && expected.as_string() == "<absent>") {
        EXPECT_EQ(actual, nullptr) << where << " is there";
        return;
    }
    ASSERT_NE(actual, nullptr) << where << " is missing";
    if (expected.is_string() && expected.as_string() == "<any>") return;
    if (expected.is_object()) {
        ASSERT_TRUE(actual->is_object()) << where;
        for (const auto& [key, value] : expected.as_object()) {
            expect_match(value, actual->as_object().if_contains(key), where + "." + std::string(key));
        }
        return;
    }
    if (expected.is_array()) {
        ASSERT_TRUE(actual->is_array()) << where;
        const json::Array& list = expected.as_array();
        ASSERT_EQ(list.size(), actual->as_array().size()) << where;
        for (std::size_t i = 0; i < list.size(); ++i) {
            expect_match(list[i], &actual->as_array()[i], where + "[" + std::to_string(i) + "]");
        }
        return;
    }
    EXPECT_EQ(expected, *actual) << where;
}

// The list under `key`, an object's id for each object in it; nothing where the key is missing.
std::vector<std::string> list_of(const json::Value& body, std::string_view key) {
    std::vector<std::string> out;
    const json::Value* list = body.as_object().if_contains(key);
    if (list == nullptr) return out;
    EXPECT_FALSE(list->as_array().empty()) << key << " is empty: the key must be left out";
    for (const auto& each : list->as_array())
        out.emplace_back(each.is_object() ? each.at("id").as_string() : each.as_string());
    return out;
}

void check_body(const Case& wanted, const http::Response& response) {
    const auto body = json::parse(response.body);
    for (const auto& [kind, text] : wanted.expected) {
        if (kind == "body") {
            EXPECT_EQ(response.body, text);
            continue;
        }
        ASSERT_TRUE(body && body->is_object()) << response.body;
        if (kind == "json") {
            const auto pattern = json::parse(filled(text));
            ASSERT_TRUE(pattern) << text << ": " << pattern.error().message();
            expect_match(*pattern, &*body, "body");
        } else if (kind == "ids" || kind == "versions") {
            std::vector<std::string> expected = split(text, ",");
            if (kind == "ids") {
                for (std::string& name : expected) name = filled("{" + name + "}");
            }
            EXPECT_EQ(list_of(*body, kind == "ids" ? "objects" : "versions"), expected);
        } else {
            const std::vector<std::string> words = split(text, " ");  // KEY as NAME
            ASSERT_EQ(words.size(), 3u) << text;
            const json::Value* value = body->as_object().if_contains(words[0]);
            ASSERT_TRUE(value != nullptr && value->is_string()) << words[0];
            names()[words[2]] = std::string(value->as_string());
        }
    }
}

void check_head(const Case& wanted, const http::Response& response) {
    EXPECT_EQ(response.status, wanted.status) << response.body;
    for (const auto& [name, value] : wanted.expected_headers) {
        const std::string actual = header_of(response, name);
        if (value == "<any>") {
            EXPECT_NE(actual, "") << name;
        } else {
            EXPECT_EQ(actual, value == "<absent>" ? "" : filled(value)) << name;
        }
    }
}

std::string without_slash(std::string target) {
    const std::size_t end = std::min(target.find('?'), target.size());
    if (end > 1 && target[end - 1] == '/') target.erase(end - 1, 1);
    return target;
}

http::Method method_of(std::string_view text) {
    for (const auto method :
         {http::Method::kGet, http::Method::kHead, http::Method::kPost, http::Method::kPut,
          http::Method::kPatch, http::Method::kDelete, http::Method::kOptions}) {
        if (to_string(method) == text) return method;
    }
    ADD_FAILURE() << text << " is no method";
    return http::Method::kGet;
}

void run(const Case& wanted, std::string_view file) {
    http::Client client;
    testing::TaxiiServer& node = server_for(file);
    http::Client::Headers headers;
    for (const auto& [name, value] : wanted.headers) headers.emplace_back(name, filled(value));
    const std::string target = filled(wanted.target);
    std::string body = body_bytes(filled(wanted.body));
    if (wanted.packed) {
        body = http::gzip(body).value_or(body);
        headers.emplace_back("Content-Encoding", "gzip");
    }
    body.resize(body.size() - std::min(body.size(), wanted.cut));
    const http::Response response =
        node.send(client, method_of(wanted.method), target, wanted.as, headers, body);
    check_head(wanted, response);
    check_body(wanted, response);
    if (wanted.method != "GET") return;
    const http::Response bare =
        node.send(client, http::Method::kGet, without_slash(target), wanted.as, headers);
    check_head(wanted, bare);
    if (response.status == 200) {
        EXPECT_EQ(bare.body, response.body) << "without the slash at the end";
    }
    const http::Response head = node.send(client, http::Method::kHead, target, wanted.as, headers);
    check_head(wanted, head);
    EXPECT_EQ(head.body, "") << "to HEAD";
}

class CaseTest : public ::testing::Test {
  public:
    CaseTest(const Case& wanted, std::string file) : wanted_(wanted), file_(std::move(file)) {}
    void TestBody() override { run(wanted_, file_); }

  private:
    const Case& wanted_;
    const std::string file_;
};

// The cases of a file are one after the other in one process: a later one may use what an earlier one kept.
void register_cases(const std::filesystem::path& path, std::vector<std::unique_ptr<std::vector<Case>>>& all) {
    auto cases = parse_cases(testing::file_text(path));
    if (!cases) {
        fprintf(stderr, "%s: %s\n", path.c_str(), cases.error().message().c_str());
        std::exit(1);
    }
    all.push_back(std::make_unique<std::vector<Case>>(*std::move(cases)));
    const std::string name = path.stem().string();
    for (const Case& each : *all.back()) {
        ::testing::RegisterTest(name.c_str(), each.title.c_str(), nullptr, nullptr, path.c_str(),
                                static_cast<int>(each.line),
                                [&each, name]() -> ::testing::Test* { return new CaseTest(each, name); });
    }
}

}  // namespace
}  // namespace comity::conformance

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(CASES)) {
        const auto& path = entry.path();
        if (path.extension() == ".txt" && path.filename() != "community.txt" &&
            path.filename() != "CMakeLists.txt")
            files.push_back(path);
    }
    std::ranges::sort(files);
    std::vector<std::unique_ptr<std::vector<comity::conformance::Case>>> all;
    for (const auto& path : files) comity::conformance::register_cases(path, all);
    return RUN_ALL_TESTS();
}
