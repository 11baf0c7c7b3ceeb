const sentences = [
  "Sáng nay trời Hà Nội mưa phùn 🌧️, phố Hàng Đào vẫn đông người qua lại",
  "Bà ngoại kể rằng ngày xưa cả xóm cùng nhau gói bánh chưng bên bếp lửa hồng",
  "Chuyến tàu đêm vào Huế chạy chậm hơn mọi khi vì nước lũ dâng cao ở Quảng Bình",
  "Em Thủy gửi tặng chị một lọ mật ong rừng và mấy tấm ảnh chụp ruộng bậc thang 🌾",
];

/** Plain Vietnamese prose of at least `length` UTF-16 units: numbered sentences, a paragraph every six. */
export function vietnameseStory(length: number): string {
  let story = "";
  for (let number = 1; story.length < length; number += 1) {
    const sentence = sentences[number % sentences.length] ?? "";
    const gap = number === 1 ? "" : number % 6 === 1 ? "\n\n" : " ";
    story += `${gap}(${number}) ${sentence}.`;
  }
  return story;
}

/** The words of a text; equal lists mean nothing was lost, doubled, reordered or cut inside a word. */
export function words(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== "");
}
