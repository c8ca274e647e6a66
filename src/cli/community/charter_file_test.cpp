#include "cli/community/charter_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "crypto/key_text.h"
#include "governance/bodies.h"
#include "testing/folder.h"

namespace comity::cli {
namespace {

using ::testing::HasSubstr;

class CharterFileTest : public ::testing::Test {
  protected:
    CharterFileTest() {
        for (const char* name : {"cert-ke", "kenic"}) {
            const crypto::NamedSecret secret{name, crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
            std::ofstream(folder_ / (std::string(name) + ".pub")) << secret.public_part().text() << '\n';
            keys_[name] = secret.public_part().text();
        }
        context_.data = folder_ / "data";
    }
    Result<CharterFile> parse(const std::string& text) {
        return parse_charter_file(context_, text, folder_ / "charter.toml");
    }
    // The message without the folder.
    std::string message(const std::string& text) {
        const auto parsed = parse(text);
        if (parsed) return "accepted";
        std::string said = parsed.error().message();
        const std::string folder = folder_.path().string() + "/";
        for (std::size_t at; (at = said.find(folder)) != std::string::npos;) said.erase(at, folder.size());
        return said;
    }
    std::string with(const std::string& replaced, const std::string& by) const {
        std::string text = whole_;
        text.replace(text.find(replaced), replaced.size(), by);
        return text;
    }

    const std::string whole_ =
        "name = \"N\"\npurpose = \"P\"\norigin = \"o.example/log\"\n[admission]\nsponsors = 1\n"
        "[[member]]\nid = \"cert-ke\"\nname = \"CERT\"\nclass = \"government\"\nkey = \"cert-ke.pub\"\n";
    comity::testing::TemporaryFolder folder_;
    std::map<std::string, std::string> keys_;
    std::istringstream in_;
    std::ostringstream out_, err_;
    Context context_{in_, out_, err_};
};

TEST_F(CharterFileTest, TheExampleIsOneAndGovernanceTakesIt) {
    const auto charter = parse(std::string(example_charter()));
    ASSERT_TRUE(charter) << charter.error().message();
    EXPECT_EQ(charter->sponsors, 2);
    EXPECT_EQ(charter->origin, "cert-ke.example/log");
    ASSERT_EQ(charter->members.size(), 2u);
    EXPECT_EQ(charter->members[0].keys, std::vector{keys_["cert-ke"]});
    EXPECT_FALSE(charter->members[0].custody);
    const auto body = governance::parse_charter(charter->body());
    ASSERT_TRUE(body) << body.error().message();
    EXPECT_EQ(body->members[1].id, "kenic");
}

TEST_F(CharterFileTest, KeysMayStandInTheFileOrInTheDataFolder) {
    ASSERT_TRUE(parse(with("cert-ke.pub", keys_["cert-ke"])));
    std::filesystem::create_directories(folder_.path() / "data/keys");
    std::filesystem::rename(folder_ / "cert-ke.pub", folder_.path() / "data/keys/cert-ke.pub");
    ASSERT_TRUE(parse(whole_));
    ASSERT_TRUE(parse(with("key = \"cert-ke.pub\"", "keys = [\"cert-ke.pub\"]\ncustody = true")));
}

TEST_F(CharterFileTest, FaultsAreNamedWithTheirLine) {
    EXPECT_EQ(message(with("purpose", "purpse")),
              "charter.toml line 2: purpse: unknown key: did you mean purpose?");
    EXPECT_EQ(message(with("name = \"CERT\"\n", "")),
              "charter.toml line 6: member.name: is missing: add name = \"...\"");
    EXPECT_EQ(message(with("class = \"government\"", "clas = \"government\"")),
              "charter.toml line 9: member.clas: unknown key: did you mean class?");
    EXPECT_THAT(message(with("government", "goverment")), HasSubstr("charter.toml line 6: member.class"));
    EXPECT_THAT(message(with("id = \"cert-ke\"", "id = \"CERT\"")),
                HasSubstr("charter.toml line 6: member.id"));
    EXPECT_THAT(message(with("sponsors = 1", "sponsors = 0")),
                HasSubstr("charter.toml line 5: admission.sponsors"));
    EXPECT_THAT(message(with("sponsors = 1", "sponsors = \"two\"")),
                HasSubstr("admission.sponsors: must be a whole number"));
    EXPECT_THAT(message(with("cert-ke.pub", "no.pub")), HasSubstr("charter.toml line 10: member.key"));
    EXPECT_THAT(message(with("key = \"cert-ke.pub\"\n", "")), HasSubstr("comity key generate cert-ke"));
    EXPECT_THAT(message(with("cert-ke.pub", "PRIVATE+KEY+x+y")), HasSubstr("is a secret key"));
    EXPECT_THAT(message("name = \"N\"\npurpose = \"P\"\norigin = \"o\"\n"), HasSubstr("at least one member"));
    EXPECT_THAT(message(whole_ + whole_.substr(whole_.find("[[member]]"))),
                HasSubstr("cert-ke stands there twice"));
    EXPECT_THAT(message("name = "), HasSubstr("charter.toml line 1"));
    EXPECT_THAT(message(""), HasSubstr("name: is missing"));
    EXPECT_THAT(message("name = 'N'\npurpose = 'P'\norigin = 'o'\nmember = 7"),
                HasSubstr("at least one member"));
    EXPECT_THAT(message("name = 'N'\npurpose = 'P'\norigin = 'o'\nmember = [7]"),
                HasSubstr("must be a table"));
}

TEST_F(CharterFileTest, ItNamesProceduresThatTheStatementCarriesWhole) {
    std::ofstream(folder_ / "ours.json")
        << R"({"id":"ours","title":"Ours","electorate":{"everybody":true},"adopted":{"of":"yes","at_least":1}})";
    const auto named = [&](const std::string& table) { return with("[[member]]", table + "\n[[member]]"); };
    auto charter =
        parse(named("[procedures]\nrules = \"multistakeholder\"\nbodies = [\"ours.json\", \"unanimity\"]"));
    ASSERT_TRUE(charter) << charter.error().message();
    ASSERT_TRUE(add_procedures(context_, *charter));
    const auto body = governance::parse_charter(charter->body());
    ASSERT_TRUE(body) << body.error().message();
    EXPECT_EQ(body->procedures.at("rules").at(0).at("id"), "multistakeholder");
    EXPECT_EQ(body->procedures.at("bodies").at(0).at("id"), "ours");
    EXPECT_EQ(body->procedures.at("bodies").at(1).at("adopted").at("base"), "all");
    EXPECT_THAT(message(named("[procedures]\nrule = \"x\"")), HasSubstr("did you mean rules?"));
    EXPECT_THAT(message(named("[procedures]\nrules = 7")),
                HasSubstr("charter.toml line 7: procedures.rules"));
    EXPECT_THAT(message("procedures = 1\n" + whole_), HasSubstr("must be a table"));
    charter = parse(named("[procedures]\nrules = \"multistakeholders\""));
    ASSERT_TRUE(charter);
    EXPECT_THAT(add_procedures(context_, *charter).error().message(),
                HasSubstr("did you mean multistakeholder?"));
    charter = parse(named("[procedures]\nrules = \"cabforum\""));
    ASSERT_TRUE(charter && add_procedures(context_, *charter));
    EXPECT_THAT(governance::parse_charter(charter->body()).error().message(),
                HasSubstr("body.procedures.rules[0].parameters: would be filled in by whoever opens a vote"));
}

TEST_F(CharterFileTest, TruncationAtEveryByteNeverThrows) {
    for (std::size_t n = 0; n < whole_.size(); ++n) (void)parse(whole_.substr(0, n));
}

}  // namespace
}  // namespace comity::cli
