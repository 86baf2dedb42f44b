/* The host as a board: files, no instruction count. */
#include <stdio.h>
#include <stdlib.h>

#include "board.h"

static FILE *input, *output;

int board_open(void) {
  input = fopen("input.bin", "rb");
  output = fopen("output.bin", "wb");
  return input != NULL && output != NULL;
}
int board_read(void* data, uint32_t bytes) { return fread(data, 1, bytes, input) == bytes; }
void board_write(const void* data, uint32_t bytes) {
  if (fwrite(data, 1, bytes, output) != bytes) board_exit(3);
}
void board_report(const char* name, uint32_t value) {
  printf("%s %lu\n", name, (unsigned long)value);
}
uint32_t board_ticks(void) { return 0; }
uint32_t board_instructions(uint32_t ticks) { return ticks; }
uint32_t board_stack(void) { return 0; }
void board_exit(int status) {
  if (output != NULL && fclose(output) != 0) status = 3;
  exit(status);
}
