#include "core/base/state_archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <deque>

namespace synfire {
namespace {

using testing::HasSubstr;

struct Inner {
  double time = 0;
  std::vector<float> values;
  void visit_state(StateArchive& archive) {
    archive("time", time);
    archive("values", values);
  }
  bool operator==(const Inner&) const = default;
};

struct Outer {
  std::int32_t count = 0;
  std::string text;
  std::array<std::uint16_t, 3> table{};
  std::vector<double> neurons = std::vector<double>(4);
  std::deque<std::uint64_t> late;
  std::vector<std::vector<std::int32_t>> ring = std::vector<std::vector<std::int32_t>>(3);
  std::vector<Inner> parts = std::vector<Inner>(2);
  std::unique_ptr<Inner> owned = std::make_unique<Inner>();

  void visit_state(StateArchive& archive) {
    archive("count", count);
    archive("text", text);
    archive("table", table);
    archive.fixed("neurons", neurons);
    archive("late", late);
    archive("ring", ring);
    archive("parts", parts);
    archive("owned", owned);
  }
};

Outer changed() {
  Outer outer;
  outer.count = -7, outer.text = "so far";
  outer.table = {1, 2, 3}, outer.neurons = {0.5, 1, 2, 4};
  outer.late = {5, 6}, outer.ring = {{1, 2, 3}, {}, {4}};
  outer.parts[1] = {2.5, {1, 2}};
  outer.owned->time = 9;
  return outer;
}

/// The diagnostic of a restoration that fails.
template <typename T>
Diagnostic fault_of(T& object, std::span<const std::byte> bytes) {
  try {
    restore_state(object, bytes, "state");
  } catch (const Failure& failure) {
    return failure.diagnostics().front();
  }
  return {Code::internal, Severity::note, "", "nothing was wrong", ""};
}

TEST(StateArchive, restores_every_kind_of_member) {
  Outer before = changed(), after;
  restore_state(after, saved_state(before), "state");
  EXPECT_EQ(after.count, -7);
  EXPECT_EQ(after.text, "so far");
  EXPECT_EQ(after.table, before.table);
  EXPECT_EQ(after.neurons, before.neurons);
  EXPECT_EQ(after.late, before.late);
  EXPECT_EQ(after.ring, before.ring);
  EXPECT_EQ(after.parts, before.parts);
  EXPECT_EQ(*after.owned, *before.owned);
  EXPECT_EQ(saved_state(after), saved_state(before));
}

TEST(StateArchive, passes_large_members_on_whole) {
  Inner before, after;
  for (int i = 0; i < 1 << 19; ++i) before.values.push_back(static_cast<float>(i));
  restore_state(after, saved_state(before), "state");
  EXPECT_EQ(after, before);
}

TEST(StateArchive, tells_where_a_table_has_another_size) {
  Outer before = changed(), after;
  after.neurons.resize(5);
  const Diagnostic fault = fault_of(after, saved_state(before));
  EXPECT_EQ(fault.code, Code::checkpoint_mismatch);
  EXPECT_EQ(fault.where, "state: neurons");
  EXPECT_THAT(fault.message, HasSubstr("4 items, not 5"));
}

TEST(StateArchive, tells_where_a_part_is_missing) {
  Outer before = changed(), after;
  after.parts.resize(3);
  EXPECT_EQ(fault_of(after, saved_state(before)).where, "state: parts");
  Outer ownerless;
  ownerless.owned.reset();
  EXPECT_EQ(fault_of(ownerless, saved_state(before)).where, "state: owned");
}

struct Renamed {
  std::vector<Inner> parts = std::vector<Inner>(1);
  bool other_name = false, other_type = false, more = false;
  void visit_state(StateArchive& archive) {
    archive("parts", parts);
    std::int32_t small = 1;
    std::int64_t large = 1;
    if (other_type)
      archive("last", large);
    else
      archive(other_name ? "latest" : "last", small);
    if (more) archive("more", small);
  }
};

TEST(StateArchive, tells_members_of_other_names_and_types) {
  Renamed before;
  const auto bytes = saved_state(before);
  Renamed other_name{.other_name = true}, other_type{.other_type = true}, more{.more = true};
  EXPECT_THAT(fault_of(other_name, bytes).message, HasSubstr("'last' comes in its place"));
  EXPECT_THAT(fault_of(other_type, bytes).message, HasSubstr("4 bytes, not 8"));
  EXPECT_EQ(fault_of(more, bytes).where, "state: more");
  EXPECT_THAT(fault_of(before, saved_state(more)).message, HasSubstr("more than expected"));
}

TEST(StateArchive, reads_nothing_of_damaged_bytes) {
  Outer before = changed();
  const auto bytes = saved_state(before);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    Outer after;
    const Code code = fault_of(after, std::span(bytes).first(length)).code;
    EXPECT_TRUE(code == Code::file_truncated || code == Code::file_corrupt) << length;
    EXPECT_EQ(after.count, 0);
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto damaged = bytes;
    damaged[at] ^= std::byte{1};
    Outer after;
    const Code code = fault_of(after, damaged).code;
    EXPECT_TRUE(code == Code::file_format || code == Code::file_corrupt) << at;
    EXPECT_EQ(after.count, 0);
  }
}

TEST(StateArchive, compares_what_must_be_equal) {
  struct Fact {
    std::string value;
    void visit_state(StateArchive& archive) { archive.same("version", value, "use that version"); }
  };
  Fact one{"1.0"}, other{"2.0"};
  const Diagnostic fault = fault_of(other, saved_state(one));
  EXPECT_EQ(fault.where, "state: version");
  EXPECT_EQ(fault.message, "it has '1.0', not '2.0'");
  EXPECT_EQ(fault.hint, "use that version");
}

}  // namespace
}  // namespace synfire
