#include <deque>

#include "core/base/short_text.h"
#include "core/engine/task.h"

namespace synfire {
namespace {

constexpr std::size_t kMostCells = 1'000'000;
constexpr std::size_t kFar = SIZE_MAX;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Cells in rows of equal length.
struct Plan {
  std::size_t rows = 0, columns = 0;
  std::string cells;

  std::size_t size() const { return cells.size(); }
  bool is(std::size_t cell, char kind) const { return cells[cell] == kind; }
  std::vector<std::size_t> all(char kind) const {
    std::vector<std::size_t> found;
    for (std::size_t cell = 0; cell < size(); ++cell)
      if (is(cell, kind)) found.push_back(cell);
    return found;
  }
  /// Where a step north, east, south or west leads: no further than the edge and the walls.
  std::size_t neighbour(std::size_t cell, std::size_t direction) const {
    const std::size_t row = cell / columns, column = cell % columns;
    std::size_t next = cell;
    if (direction == 0 && row > 0) next = cell - columns;
    if (direction == 1 && column + 1 < columns) next = cell + 1;
    if (direction == 2 && row + 1 < rows) next = cell + columns;
    if (direction == 3 && column > 0) next = cell - 1;
    return is(next, '#') ? cell : next;
  }
};
constexpr std::size_t kDirections = 4;

/// Steps from every cell to the nearest goal; kFar where there is no way.
std::vector<std::size_t> distances(const Plan& plan) {
  std::vector<std::size_t> steps(plan.size(), kFar);
  std::deque<std::size_t> open;
  for (const std::size_t goal : plan.all('G')) steps[goal] = 0, open.push_back(goal);
  for (; !open.empty(); open.pop_front())
    // Ways lead back as they lead there.
    for (std::size_t direction = 0; direction < kDirections; ++direction) {
      const std::size_t next = plan.neighbour(open.front(), direction);
      if (steps[next] == kFar) steps[next] = steps[open.front()] + 1, open.push_back(next);
    }
  return steps;
}

class PlanReader {
 public:
  PlanReader(std::string_view text, std::string where) : where_(std::move(where)) {
    const std::vector<std::string> lines = lines_of(text);
    plan_.rows = lines.size(), plan_.columns = lines.empty() ? 0 : lines.front().size();
    for (std::size_t row = 0; row < lines.size(); ++row) add(lines[row], row);
  }

  Plan read() {
    if (plan_.size() == 0) fault("it has no cells", "write rows such as \"S..\", \"..G\"");
    if (plan_.size() > kMostCells)
      fault("it has more than " + std::to_string(kMostCells) + " cells", "");
    faults_.throw_if_error();  // what follows would be about another maze
    require('S', "start");
    require('G', "goal");
    faults_.throw_if_error();
    check_ways();
    faults_.throw_if_error();
    return std::move(plan_);
  }

 private:
  void fault(std::string message, std::string hint) {
    faults_.error(Code::parameter_invalid, where_, std::move(message), std::move(hint));
  }
  static std::string place(std::size_t row, std::size_t column) {
    return "row " + std::to_string(row + 1) + ", column " + std::to_string(column + 1);
  }

  void add(const std::string& line, std::size_t row) {
    if (line.size() != plan_.columns)
      fault("row " + std::to_string(row + 1) + " has " + std::to_string(line.size()) +
                " cells, row 1 has " + std::to_string(plan_.columns),
            "");
    const std::size_t unknown = line.find_first_not_of(".#SG");
    if (unknown != std::string::npos)
      fault(place(row, unknown) + ": there is no cell '" + line.substr(unknown, 1) + "'",
            "cells are . free, # wall, S start, G goal");
    plan_.cells += line;
  }

  void require(char kind, const std::string& name) {
    if (plan_.cells.find(kind) == std::string::npos)
      fault("it has no " + name, "write " + std::string(1, kind) + " in a cell");
  }

  void check_ways() {
    const std::vector<std::size_t> steps = distances(plan_);
    for (const std::size_t start : plan_.all('S'))
      if (steps[start] == kFar)
        fault("no way leads from the start at " +
                  place(start / plan_.columns, start % plan_.columns) + " to a goal",
              "steps go north, east, south and west, not through walls (#)");
  }

  std::string where_;
  Diagnostics faults_;
  Plan plan_;
};

/// A walk over cells from a start to a goal.
class Maze final : public Task {
 public:
  Maze(const Parameters& parameters, const std::string& where)
      : plan_(PlanReader(text_or(parameters, "maze", "", where), where + ".maze").read()),
        starts_(plan_.all('S')),
        distances_(distances(plan_)),
        reward_(number_or(parameters, "reward", 1, where)),
        step_reward_(number_or(parameters, "step_reward", 0, where)),
        wall_reward_(number_or(parameters, "wall_reward", 0, where)),
        longest_(integer_or(parameters, "longest", 100, where)) {}

  std::size_t states() const override { return plan_.size(); }
  std::size_t actions() const override { return kDirections; }
  std::size_t begin(TaskDraws& draws) override {
    steps_ = 0;
    return starts_[draws.below(starts_.size())];
  }

  TaskStep act(std::size_t cell, std::size_t direction, TaskDraws&) override {
    const std::size_t next = plan_.neighbour(cell, direction);
    TaskStep step{step_reward_, distances_[next] < distances_[cell], ++steps_ == longest_, next};
    if (next == cell) step.reward += wall_reward_;
    if (plan_.is(next, 'G')) step.reward += reward_, step.over = true, step.next.reset();
    return step;
  }

  double least_actions() const override {
    double sum = 0;
    for (const std::size_t start : starts_) sum += static_cast<double>(distances_[start]);
    return sum / static_cast<double>(starts_.size());
  }

  void visit_state(StateArchive& archive) override { archive("steps", steps_); }

 private:
  Plan plan_;
  std::vector<std::size_t> starts_, distances_;
  double reward_, step_reward_, wall_reward_;
  std::int64_t longest_;
  std::int64_t steps_ = 0;  // of this episode
};

std::unique_ptr<Task> create(const Parameters& parameters, const std::string& where) {
  return std::make_unique<Maze>(parameters, where);
}

}  // namespace

extern const TaskInfo maze_task;
const TaskInfo maze_task{
    .name = "maze",
    .summary = "a walk over the cells of a maze, from a start to a goal",
    .parameters = {{"maze", "", "", std::string(), 0, 0,
                    "rows of cells: . free, # wall, S start (one of several at random), G goal",
                    true},
                   {"reward", "r", "1", 1.0, -1e6, 1e6, "at a goal"},
                   {"step_reward", "", "1", 0.0, -1e6, 1e6, "of every step; may be negative"},
                   {"wall_reward", "", "1", 0.0, -1e6, 1e6,
                    "in addition, of a step against a wall or the edge"},
                   {"longest", "", "", std::int64_t{100}, 1, 1e9,
                    "steps after which an episode ends"}},
    .equations =
        "states are the cells, row by row; actions are steps north, east, south, west, in this "
        "order, that stay where there is a wall or the edge; an episode ends at a goal",
    .source =
        "Sutton & Barto, Reinforcement Learning, 2nd ed., 2018, chapter 6; in spikes: "
        "Vasilaki et al., PLoS Comput. Biol. 5, 2009; Fremaux, Sprekeler & Gerstner, PLoS "
        "Comput. Biol. 9, 2013",
    .create = create};

}  // namespace synfire
