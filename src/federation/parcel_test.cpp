#include "federation/parcel.h"

#include <gtest/gtest.h>

#include "testing/community.h"

namespace comity::federation {
namespace {

crypto::SecretKey key(std::uint8_t seed) {
    return crypto::SecretKey::from_seed(Bytes(32, seed)).value();
}

TEST(Parcel, ItsReadersAloneOpenItNameAndAll) {
    const std::vector<crypto::PublicKey> readers{key(1).public_key(), key(2).public_key()};
    const ParcelContent content{"names.csv", "text/csv", std::string("name\nAmina\n\0x", 13)};
    const auto sealed = seal_parcel(content, readers);
    ASSERT_TRUE(sealed) << sealed.error().message();
    EXPECT_EQ(as_text(*sealed).find("names.csv"), std::string_view::npos);
    for (std::uint8_t n = 1; n <= 2; ++n) {
        const auto opened = open_parcel(*sealed, key(n));
        ASSERT_TRUE(opened) << opened.error().message();
        EXPECT_EQ(opened->name, content.name);
        EXPECT_EQ(opened->type, content.type);
        EXPECT_EQ(opened->bytes, content.bytes);
    }
    EXPECT_EQ(open_parcel(*sealed, key(3)).error().kind, ErrorKind::kRefused);
}

TEST(Parcel, ANameThatLeadsElsewhereIsRefused) {
    const std::vector<crypto::PublicKey> readers{key(1).public_key()};
    for (const char* name : {"", ".", "..", "../keys/ke.key", "/etc/passwd", "a\\b", "a\nb"})
        EXPECT_FALSE(seal_parcel({name, "text/plain", "x"}, readers)) << name;
}

TEST(Parcel, TheStatementNamesItsReadersAndCarriesWhatIsSealed) {
    testing::Community community({"ke", "fr"});
    const auto parsed = [&](json::Object body, std::vector<ledger::AttachmentRef> attachments) {
        const ledger::Draft draft{
            community.id(), std::string(kParcel),  "ke", testing::Community::clear(), std::move(body),
            false,          std::move(attachments)};
        const auto statement = ledger::parse_statement(
            ledger::sign_statement(draft, Time::from_seconds(1'760'000'000), community.key("ke")));
        EXPECT_TRUE(statement);
        return parse_parcel(*statement);
    };
    const ledger::AttachmentRef sealed{{}, 100, std::string(kSealedType), "sealed"};
    const json::Object body{{"readers", json::Array{"fr", "ke"}}};
    const auto good = parsed(body, {sealed});
    ASSERT_TRUE(good) << good.error().message();
    EXPECT_EQ(*good, (std::vector<std::string>{"fr", "ke"}));
    EXPECT_EQ(parsed(body, {}).error().where, "attachments");
    EXPECT_EQ(parsed(body, {sealed, sealed}).error().where, "attachments");
    EXPECT_EQ(parsed(body, {{{}, 100, "text/plain", "open"}}).error().where, "attachments");
    EXPECT_EQ(parsed({{"readers", json::Array{"ke", "fr"}}}, {sealed}).error().where, "body.readers[1]");
    EXPECT_EQ(parsed({{"readers", json::Array{}}}, {sealed}).error().where, "body.readers");
    EXPECT_EQ(parsed({{"readers", json::Array{"Fr"}}}, {sealed}).error().where, "body.readers[0]");
    EXPECT_FALSE(parsed({{"readers", json::Array{"fr"}}, {"more", 1}}, {sealed}));
}

}  // namespace
}  // namespace comity::federation
