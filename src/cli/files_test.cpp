#include "cli/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "testing/folder.h"

namespace comity::cli {
namespace {

class Files : public ::testing::Test {
  protected:
    static mode_t mode_of(const std::string& path) {
        struct stat status{};
        EXPECT_EQ(stat(path.c_str(), &status), 0);
        return status.st_mode & 0777;
    }
    std::size_t count() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder_.path()), {}));
    }

    comity::testing::TemporaryFolder folder_;
    std::istringstream in_{"from standard input"};
    std::ostringstream out_, err_;
    Context context_{in_, out_, err_};
};

TEST_F(Files, ReadBackWhatWasWritten) {
    const std::string path = folder_ / "a";
    ASSERT_TRUE(write_file(context_, path, "content\n", false));
    EXPECT_EQ(read_file(context_, path, 100).value(), "content\n");
    EXPECT_EQ(count(), 1u) << "nothing is left beside it";
}

TEST_F(Files, AreNotReplacedUnlessAskedFor) {
    const std::string path = folder_ / "a";
    ASSERT_TRUE(write_file(context_, path, "first", false));
    const auto second = write_file(context_, path, "second", false);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
    EXPECT_EQ(read_file(context_, path, 100).value(), "first");
    ASSERT_TRUE(write_file(context_, path, "second", true));
    EXPECT_EQ(read_file(context_, path, 100).value(), "second");
    EXPECT_EQ(count(), 1u);
}

TEST_F(Files, SecretsAreForTheirOwnerAlone) {
    ASSERT_TRUE(write_file(context_, folder_ / "secret", "x", false, true));
    EXPECT_EQ(mode_of(folder_ / "secret"), 0600u);
    ASSERT_TRUE(write_file(context_, folder_ / "secret", "y", true, true));
    EXPECT_EQ(mode_of(folder_ / "secret"), 0600u);
}

TEST_F(Files, AMinusIsTheStandardStream) {
    EXPECT_EQ(read_file(context_, "-", 100).value(), "from standard input");
    ASSERT_TRUE(write_file(context_, "-", "to standard output", false));
    EXPECT_EQ(out_.str(), "to standard output");
}

TEST_F(Files, TooLargeMissingOrNoFileIsSaid) {
    ASSERT_TRUE(write_file(context_, folder_ / "a", std::string(101, 'x'), false));
    EXPECT_EQ(read_file(context_, folder_ / "a", 100).error().kind, ErrorKind::kTooLarge);
    EXPECT_TRUE(read_file(context_, folder_ / "a", 101));
    EXPECT_EQ(read_file(context_, folder_ / "b", 100).error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(read_file(context_, folder_.path().string(), 100).error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(read_file(context_, "/dev/zero", 100'000).error().kind, ErrorKind::kTooLarge) << "not for ever";
}

TEST_F(Files, CannotBeWrittenWhereThereIsNoFolder) {
    EXPECT_EQ(write_file(context_, folder_ / "no/such", "x", false).error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace comity::cli
