/* Files, text and the end of the program through the debugger's (here QEMU's) semihosting calls,
 * and how much of the stack was painted over. The start-up file has the call itself. */
#include "semihosting.h"

#include "board.h"

enum { SYS_OPEN = 1, SYS_CLOSE = 2, SYS_WRITE0 = 4, SYS_WRITE = 5, SYS_READ = 6, SYS_EXIT = 0x20 };

static intptr_t input, output;

static intptr_t address_of(const void* data) { return (intptr_t)data; }

static intptr_t open_file(const char* name, intptr_t length, intptr_t mode) {
  intptr_t block[3];
  block[0] = address_of(name), block[1] = mode, block[2] = length;
  return semihosting(SYS_OPEN, address_of(block));
}

int board_open(void) {
  input = open_file("input.bin", 9, 1);
  output = open_file("output.bin", 10, 5);
  return input >= 0 && output >= 0;
}

int board_read(void* data, uint32_t bytes) {
  intptr_t block[3];
  block[0] = input, block[1] = address_of(data), block[2] = (intptr_t)bytes;
  return semihosting(SYS_READ, address_of(block)) == 0;
}

void board_write(const void* data, uint32_t bytes) {
  intptr_t block[3];
  block[0] = output, block[1] = address_of(data), block[2] = (intptr_t)bytes;
  if (semihosting(SYS_WRITE, address_of(block)) != 0) board_exit(3);
}

void board_report(const char* name, uint32_t value) {
  char text[12];
  char* digit = text + sizeof text - 1;
  *digit = '\0';
  *--digit = '\n';
  do {
    *--digit = (char)('0' + value % 10u);
    value /= 10u;
  } while (value != 0u);
  (void)semihosting(SYS_WRITE0, address_of(name));
  (void)semihosting(SYS_WRITE0, address_of(" "));
  (void)semihosting(SYS_WRITE0, address_of(digit));
}

void board_exit(int status) {
  intptr_t block[2];
  block[0] = 0x20026, block[1] = status;
  (void)semihosting(SYS_CLOSE, address_of(&output));
  (void)semihosting(SYS_EXIT, address_of(block));
}

void board_paint_stack(void) {
  /* The start-up code itself stands in the last 256 bytes. */
  uint32_t* word = board_stack_limit;
  for (; word < board_paint_end; ++word) *word = BOARD_PAINT;
}

uint32_t board_stack(void) {
  const uint32_t* word = board_stack_limit;
  while (word < board_stack_top && *word == BOARD_PAINT) ++word;
  return (uint32_t)(board_stack_top - word) * 4u;
}
